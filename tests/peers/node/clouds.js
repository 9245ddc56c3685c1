"use strict";
// Sends by the SDKs of Aliyun and Tencent.
const dns = require("dns");
const aliyun = require("@alicloud/dysmsapi20170525");
const { $OpenApiUtil } = require("@alicloud/openapi-core");
const tencent = require("tencentcloud-sdk-nodejs-sms");
const { ready, serve } = require("./lines");

// Tencent's SDK signs for the service the first label of the host names
const SERVICE = "sms.localhost";
const lookup = dns.lookup;
dns.lookup = (host, ...more) => lookup(host === SERVICE ? "127.0.0.1" : host, ...more);

ready();
serve({
  async aliyun({ host, key_id: accessKeyId, secret: accessKeySecret, fields }) {
    const config = { accessKeyId, accessKeySecret, endpoint: host, protocol: "http" };
    const client = new aliyun.default(new $OpenApiUtil.Config(config));
    const { body } = await client.sendSms(new aliyun.SendSmsRequest(fields));
    return body.code;
  },
  async tencent({ host, key_id: secretId, secret: secretKey, fields }) {
    const endpoint = host.replace("127.0.0.1", SERVICE);
    const client = new tencent.sms.v20210111.Client({
      credential: { secretId, secretKey },
      region: "ap-guangzhou",
      profile: { httpProfile: { endpoint, protocol: "http://" } },
    });
    const { SendStatusSet } = await client.SendSms(fields);
    return SendStatusSet[0].Code;
  },
});
